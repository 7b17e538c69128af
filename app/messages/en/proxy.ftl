# What is written for a reverse proxy.
proxy-no-such = Latchkey writes configuration for { $proxies }.
proxy-odd-path = The path { $path } of an app at this host has characters that a proxy's lines can't hold. Use only a to z, A to Z, digits and / . _ ~ -, or give the app a host of its own.
proxy-own-host = This app is at Latchkey's own host, where proxies ask nobody. Give it a host of its own.
proxy-wrong-upstream = The app's own address is http:// or https://, a host and a port, such as http://192.168.1.5:8989.

# The test of a reverse proxy.
proxy-test-wildcard = A wildcard stands for many hosts: test an app with a host of its own.
proxy-test-unreachable = { $host } did not answer. Check that the name leads to the reverse proxy also from where Latchkey runs, and that its certificate is one that browsers trust.
proxy-test-reached = The reverse proxy answers.
proxy-test-refused = The reverse proxy asked and was told no (status { $status }). If it asked Latchkey, it did not pass on the path /.latchkey/ as it came; compare the lines.
proxy-test-error = The reverse proxy answered with an error (status { $status }). Its own log says why; often it can't reach Latchkey.
proxy-test-elsewhere = The path /.latchkey/ leads to the app instead of to Latchkey (status { $status }), or the reverse proxy asks nobody. Compare the lines.
proxy-test-identity = The app is told who somebody is by Latchkey only.
proxy-test-forged = The app believed a Remote-User that came from outside: anybody could be anybody. The lines for Remote-User are missing.
proxy-test-no-identity = The app is not told who somebody is: Remote-User is not passed on. The lines for Remote-User are missing.
proxy-test-not-asked = Remote-Name is not passed on, so the rest could not be looked at.
proxy-test-forwarded = Method, scheme and host arrive as the browser sent them.
proxy-test-forwarded-wrong = Method, scheme or host did not arrive as they were sent; what arrived: { $seen }.
proxy-test-query = Path and query arrive byte for byte.
proxy-test-query-changed = Path or query were changed on the way; what arrived: { $seen }.
proxy-test-address = The visitor's address arrives ({ $address }).
proxy-test-address-forged = A visitor can choose which address they come from. Let the reverse proxy replace X-Forwarded-For, and list only its own address as trusted.
proxy-test-token = Login tokens are not passed on to the app.
proxy-test-token-passed = The header X-Login-Token is passed on to the app, which does not need it. The line that takes it away is missing.
proxy-test-own-cookie = This host gets a cookie of its own.
proxy-test-domain = One cookie serves all hosts below { $domain }.
proxy-test-domain-wrong = The cookie domain { $domain } does not cover { $host }, where people sign in. Change one of the two.

# /settings/proxy
proxy-title = Reverse proxy
proxy-no-apps = There is no app to test with yet. Add one with a host of its own first.
proxy-app = App
proxy-lines-title = Lines for it
proxy-lines-hint = What the reverse proxy has to be told so that it asks Latchkey, with your names filled in. docs/gateway.md says what each line is for.
proxy-lines-no-url = Set LATCHKEY_PUBLIC_URL first: the lines lead people there to sign in.
proxy-upstream = Where the app itself is
proxy-upstream-hint = As the reverse proxy reaches it. Left empty, the lines have a place to fill in.
proxy-lines-do = Show the lines
proxy-lines-copy = Copy
proxy-test-title = Test
proxy-test-hint = Latchkey opens the app through the reverse proxy, as a browser from outside would, and says what arrived. Nothing of it reaches the app.
proxy-test-do = Test
proxy-all-good = Everything is as it should be.
proxy-some-wrong = { $count ->
    [one] One thing has to be changed.
   *[other] { $count } things have to be changed.
}
proxy-good = Good:
proxy-bad = To be changed:
