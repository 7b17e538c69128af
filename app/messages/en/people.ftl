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
