# What proxies are told.
gateway-stranger = This question comes from { $address }, which is not one of the trusted proxies. If your reverse proxy is there, add that address to LATCHKEY_TRUSTED_PROXIES and restart.
gateway-header-missing = The reverse proxy sent no { $header }. Settings, Reverse proxy shows the lines that it needs.
gateway-header-several = The reverse proxy sent { $header } more than once. It must replace what browsers send, not add to it.
gateway-header-unreadable = The reverse proxy sent a { $header } that can't be read. Settings, Reverse proxy shows the lines that it needs.
gateway-no-public-url = Set LATCHKEY_PUBLIC_URL, so that people can be led to the sign-in page.

# People who are turned away.
gateway-heading = This is not open to you
gateway-heading-nobody = Nothing is set up here
gateway-not-yours = { $app } is not open to you.
gateway-owner-only = This part of { $app } is open to the owner only.
gateway-token-limited = This device's login token does not open { $app }, or may only look and change nothing.
gateway-other-person = This link signs in somebody else than who is signed in in this browser. Sign out first, then open the link again.
gateway-unknown-host = No app is set up at { $host }. Whoever runs this can add it under Settings, Apps.
gateway-you-are = You are signed in as { $name }.
gateway-ask = If you think you should be let in, ask { $owner }.
gateway-to-home = To { $site }

# On the way to an app.
gateway-no-address = That is no address of an app.
gateway-no-app = No app is set up at { $host }.
gateway-plain-http = { $host } would be opened without https, where your sign-in can't be kept safe. Open it with https.
gateway-in-circles = { $host } sent you back again and again: your sign-in does not arrive there. Check that your browser accepts cookies; whoever runs this can test the reverse proxy under Settings, Reverse proxy.
