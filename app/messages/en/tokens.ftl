# Login tokens: the section of a person's page, and what can be wrong.
tokens-title = Login tokens
tokens-intro = For devices that nobody types on, such as a tablet on the wall: each gets a link that signs it in as you.
tokens-intro-of = For devices that nobody types on, such as a tablet on the wall: each gets a link that signs it in as { $name }.
tokens-none-yet = No device has one yet. Say below what it is for, and the first is ready.
tokens-none = No device has one yet.
tokens-made = Made
tokens-made-by = { $day } by { $name }
tokens-expires = Expires
tokens-expired = Expired on { $day }
tokens-last-used = Last used
tokens-used-from = { $ago }, from { $address }
tokens-not-yet = Not yet
tokens-never = Never
tokens-in-days = { $days ->
    [one] In 1 day
   *[other] In { $days } days
}
tokens-in-years = { $years ->
    [one] In 1 year
   *[other] In { $years } years
}
tokens-new = A new device
tokens-which-device = Which device is it for?
tokens-generate = Generate token
tokens-regenerate = Regenerate token
# Only screen readers hear these two.
tokens-regenerate-of = Regenerate token of { $device }
tokens-regenerate-question = Regenerate the token of { $device }? The old one stops working at once, and whatever is signed in with it is signed out.
tokens-revoke = Revoke
tokens-revoke-of = Revoke the token of { $device }
tokens-revoke-token = Revoke token
tokens-revoke-question = Revoke the token of { $device }? It is signed out at once, and its link stops working.
tokens-shown = The token of { $device }
tokens-shown-new = The new token of { $device }
tokens-old-stopped = The old one has stopped working, and whatever was signed in with it is signed out.
tokens-shown-how = Open the link on the device, or scan the code with it. <b>You won't see this again.</b>
tokens-qr = QR code that signs the device in
tokens-link = Sign-in link
tokens-token = Token
tokens-copy-link = Copy link
tokens-copy-token = Copy token
tokens-works-for-ever = It works until it is revoked.
tokens-works-until = It works until { $day }.
tokens-done = Done
tokens-limit = Limit what it may do
tokens-limit-hint = A device with a limit changes nothing in Latchkey: it can look, and open apps.
tokens-limit-reading = Only look
tokens-limit-reading-hint = Whatever would change something in an app is refused.
tokens-limit-apps = Only these apps
tokens-limit-apps-hint = With none ticked it opens every app that its member may open.
tokens-limits = Limited
tokens-limits-apps = only { $apps }
tokens-limits-no-app = no app
tokens-limits-reading = only looking

tokens-none-such = There is no such login token. It may have been revoked.
tokens-refused = This login token doesn't work, or no longer does.
tokens-send = Send the login token as token.
tokens-too-many = There are { $count } login tokens already. Revoke one that is not needed any more.
tokens-name-taken = There is a login token named { $name } already. Choose another name, or regenerate that one.
tokens-name-length = Give the device a name of 1 to { $most } characters, such as Kitchen tablet.
tokens-name-invisible = A device's name can't hold line breaks or invisible characters.
tokens-life = A login token lasts 1 to 1825 days (five years), or for ever when no number is given.
tokens-no-such-app = There is no app of the number { $id }, to which the token could be limited.
tokens-limited-changes-nothing = The login token that you are signed in with is limited, so you can look here but change nothing. Sign in with Plex or a password.
tokens-denied-by-login-token = You are signed in with a login token, which can't make, change or revoke login tokens. Sign in with Plex or a password.
tokens-denied-setting-off = Members don't make login tokens here. Ask the owner to make one for you, or to allow it.
tokens-denied-not-yours = You can only see and change your own login tokens.
tokens-denied-owners = Only the owner can see and change the owner's login tokens.
tokens-denied-administrators = Only an administrator can see and change an administrator's login tokens.
