# The start page.
home-hello = Hello, { $name }
home-apps = Your apps
home-attention = What needs your attention
home-all-well = Nothing. All is well.
home-tablet = Set up a tablet
home-tablet-how = A tablet or a TV shows a code, you say yes here, and it is signed in. Nobody has to type a password on it.
home-account = Your account
home-account-what = Your name, your e-mail address and how you belong to this household.
home-account-open = Open your account

home-no-media-server = No media server is chosen, so only you can sign in.
home-no-media-server-choose = Choose one of your Plex Media Servers: POST /api/v1/settings/plex with its machineId.
home-no-media-server-no-plex = Latchkey was set up without a Plex account, so there is no server whose members could come in.
home-no-owner-token = Latchkey can't ask Plex whom you share with.
home-no-owner-token-advice = Sign out and sign in with Plex again. Members come in as before meanwhile.
home-no-public-url = No public address is configured.
home-no-public-url-advice = Set LATCHKEY_PUBLIC_URL to the address people use, such as https://home.example.
