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
