# The sign-in page.
login-title = Sign in
login-lead-plex = Sign in with the Plex account you already have.
login-lead-password = Sign in with your e-mail address and password.
login-lead-off = Signing in is switched off here. Ask the owner.
login-with-code = Set up this device with a code instead
login-email = E-mail
login-password = Password
login-use-a-password = Use a password
login-signed-out = You're signed out.
login-link-dead = This sign-in link no longer works.
login-confirm = You're signed in as <b>{ $name }</b>. Sign in once more to confirm that it's you.
login-other-address = You can't stay signed in at this address, because it is not encrypted. Open <b>{ $url }</b> instead.

login-wrong-password = That e-mail and password don't go together.
login-password-off = Signing in with a password is switched off here.
