# Signed-in devices: the section of a person's page.
sessions-title = Signed-in devices
sessions-intro = Where you are signed in. Something you don't know? Sign it out, and change your password.
sessions-intro-of = Where { $name } is signed in.
sessions-none = Signed in nowhere.
sessions-this = This device
sessions-signed-in = Signed in
sessions-seen = Last seen
sessions-seen-from = { $ago }, from { $address }
sessions-how = How
sessions-by-plex = With Plex
sessions-by-password = With the password
sessions-by-token = With the login token of { $device }
sessions-by-gone-token = With a login token
sessions-end = Sign out
# Only screen readers hear this.
sessions-end-of = Sign out { $device }
sessions-token-stays = It has a login token, with which it can come back. Revoke the token to keep it out.
sessions-end-others = Sign out all other devices
sessions-end-others-question = Sign out all devices but this one? Login tokens stay: whatever has one can come back with it.
sessions-end-all = Sign out all devices
sessions-end-all-question = Sign out all devices of { $name }? Login tokens stay: whatever has one can come back with it.
sessions-ended = The device is signed out.
sessions-ended-all = The devices are signed out.
sessions-none-such = There is no such signed-in device. It may be signed out already.

# The last sign-ins, below.
sessions-last-title = Last sign-ins
sessions-last-none = None that is still known.
sessions-by-pairing = Let in with a phone
