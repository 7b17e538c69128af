# Choosing, changing and resetting a password.
passwords-short = Choose a password of at least { $shortest } characters.
passwords-long = That password is too long: at most { $longest } bytes.
passwords-easy = That password is among the first that somebody would try. Choose another, such as four words that have nothing to do with each other.
passwords-present-wrong = That is not your present password. Your password stays as it is.
passwords-no-email = There is no e-mail address to sign in with. Enter one in the account first.
passwords-email-taken = Somebody else signs in with this e-mail address. Enter another one in the account first.
passwords-switched-off = This person is switched off. Switch them on first.
passwords-link-dead = This link no longer works. Links for a new password work once, for one hour. Ask for a new one.

# The section of a person's page.
passwords-title = Password
passwords-has = You can sign in with your e-mail address and a password.
passwords-has-of = { $name } can sign in with e-mail address and password.
passwords-none = You have no password yet. With one you can sign in when Plex can't be reached.
passwords-none-of = { $name } has no password yet.
passwords-needs-email = Signing in with a password needs an e-mail address. Enter one in the account first.
passwords-sign-in-off = Signing in with a password is switched off here, so a password does nothing for now.
passwords-locked = You are signed in with a login token, which can't change a password. Sign in with Plex or your password.
passwords-present = Present password
passwords-new = New password
passwords-hint = At least 8 characters. Four words that have nothing to do with each other are easy to remember and hard to guess.
passwords-change = Change password
passwords-set = Set password
passwords-others-end = All other devices are signed out. Login tokens stay.
passwords-all-end = All devices of { $name } are signed out. Login tokens stay.
passwords-changed = Your password is changed, and all other devices are signed out.
passwords-changed-of = The password is set, and all devices are signed out.
passwords-link = A link for choosing a password
passwords-link-why = { $name } opens it and chooses a password. It works once, for one hour; an older link stops working.
passwords-make-link = Make a link
passwords-link-made = A link for { $name }
passwords-link-how = Send the link, or let the code be scanned. <b>You won't see this again.</b>
passwords-link-label = Link
passwords-link-copy = Copy link
passwords-link-qr = QR code of the link for choosing a password
passwords-link-until = It works once, until { $time }.
passwords-done = Done

# The pages for whoever forgot theirs.
passwords-forgot = Forgot your password?
passwords-ask-title = Forgot your password?
passwords-ask-lead = Enter your e-mail address. If there is an account with it here, a link for a new password is on its way.
passwords-ask-email = E-mail
passwords-ask-button = Send the link
passwords-asked-title = Look at your mail
passwords-asked = If there is an account with this address, a link for a new password arrives in a moment. It works once, for one hour. Nothing there? Look among the unwanted mail, or ask the owner for a link.
passwords-ask-off = No mail is sent from here. Ask the owner for a link with which you choose a new password.
passwords-back = Back to signing in
passwords-choose-title = Choose a password
passwords-choose-lead = For { $name }, who signs in with { $email }.
passwords-choose-button = Save password
passwords-choose-after = All devices are signed out, and you sign in with the new password.
passwords-chosen = Your new password is saved. Sign in with it.
passwords-dead-title = This link no longer works
passwords-dead-why = Links for a new password work once, for one hour, and a newer one replaces an older one. Ask for a new one.
passwords-dead-ask = Ask for a new link
