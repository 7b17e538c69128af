# What may be done about members, and why not.
people-denied-login-token = You are signed in with a login token, which can't change people, passwords or e-mail addresses. Sign in with Plex or a password.
people-denied-not-yours = You can only see and change your own account. Ask the owner to do this for you.
people-denied-not-a-manager = Only those who look after others can do this. Ask the owner.
people-denied-owner = Only the owner can change the owner's account, and nobody can switch it off or delete it.
people-denied-administrator = Only the owner and administrators can change an administrator's account. Ask one of them.
people-denied-deletes-administrator = Only the owner can delete an administrator. Ask the owner.
people-denied-oneself = You can't do this to your own account. Ask somebody else who looks after others.
people-denied-only-themselves = Only they can do this, signed in themselves.
people-denied-only-owner = Only the owner can make somebody an administrator, or stop them being one.
people-denied-lacks-permission = You can only give permissions that you have yourself. Ask the owner.

# What was typed about somebody.
people-wrong-email = Enter an e-mail address, such as anna@example.com.
people-wrong-name-long = That name is too long: at most { $most } characters.
people-wrong-name-control = A name can't hold line breaks or other control characters.
people-wrong-locale = Choose one of the languages there are: en or de.
people-email-taken = There is somebody with this e-mail address already. Use another one.
people-changed-meanwhile = Somebody else has changed or deleted this account in the meantime. Nothing was changed. Load the page again.
people-too-many-at-once = Change at most { $most } people at once.
people-wrong-number = Send a whole number that is not negative.
people-wrong-permissions = Send the permissions as one whole number that is not negative.

# /users
people-title = People
people-everybody = Everybody
people-add = Add somebody
people-nobody = Nobody has this in their name or e-mail address. Try fewer letters.
people-search = Search by name or e-mail
people-search-do = Search
people-found = { $count ->
    [one] 1 person found.
   *[other] { $count } people found.
}
people-show-all = Show everybody
people-sort = Sort by
people-sort-name = Name
people-sort-created = Who came first
people-sort-updated = Last changed
people-pages = Pages
people-previous = Previous
people-next = Next
people-page-of = Page { $page } of { $pages }
people-way-plex = Plex
people-way-password = Password
people-way-none = No way to sign in yet
people-switched-off = Switched off
people-tick = Choose { $name }
people-bulk = Change several people
people-bulk-hint = Tick people in the list above, then give them a permission or take it away. Their other permissions stay.
people-bulk-right = Permission
people-bulk-give = Give to those ticked
people-bulk-take = Take from those ticked
people-bulk-nobody = Tick at least one person first.
people-bulk-done = { $count ->
    [0] Nothing had to be changed.
    [one] 1 person was changed.
   *[other] { $count } people were changed.
}

# /users/new
people-all = All people
people-new = Add somebody
people-new-lead = For people without a Plex account. Everybody who has access to the media server can sign in with Plex instead.
people-new-email-hint = They sign in with it.
people-new-password-hint = At least 8 characters. Leave it empty if they should choose one themselves, with a link that you give them.
people-new-do = Add
people-password = Password

# /users/:id and /profile
people-account = Account
people-your-account = Your account
people-your-details = Your details
people-name = Name
people-name-hint = Empty: the name at Plex, or the e-mail address.
people-email = E-mail
people-email-from-plex = Comes from Plex: the next sign-in with Plex takes it over again.
people-email-by-token = You are signed in with a login token, which can't change it. Sign in with Plex or a password to change it.
people-language = Language
people-language-of-browser = As the browser asks for
people-save = Save
people-saved = Saved.
people-permissions = Permissions
people-right-administrator = Administrator
people-right-administrator-allows = May do everything but change the owner's account. Only the owner makes administrators.
people-right-settings = Settings
people-right-settings-allows = Opens nothing here: the settings are for administrators. It is kept for programs that know it from Seerr.
people-right-people = Looks after people
people-right-people-allows = May see everybody, add people, change their accounts, switch them off and delete them.
people-other-permissions = Permissions for other programs, as one number: { $bits }. They stay as they are.
people-tokens = Login tokens
people-end = Switch off or delete
people-switch-off = Switch off
people-switch-off-ask = { $name } is signed out everywhere at once and can't sign in any more. Login tokens stop working until you switch { $name } on again.
people-switch-off-do = Switch off { $name }
people-switch-on = Switch on
people-switch-on-ask = { $name } can sign in again, and login tokens that are still there work again.
people-switch-on-do = Switch on { $name }
people-delete = Delete
people-delete-ask = { $name } is signed out everywhere, and the account goes away with its login tokens. This can't be undone.
people-delete-comes-back = As long as they have access to the media server and new people are let in, they can come back as somebody new. To keep them out, switch them off instead.
people-delete-do = Delete { $name }
people-was-made = { $name } was added.
people-was-made-without-password = { $name } was added. They have no password yet: give them a link to choose one.
people-was-switched-off = { $name } is switched off.
people-was-switched-on = { $name } is switched on again.
people-was-deleted = The account was deleted.
