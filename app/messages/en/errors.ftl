# Errors that more than one address answers with.
errors-nothing-here = There is nothing at this address.
errors-not-signed-in = You are not signed in.
errors-session-ended = Your session has ended. Sign in again.
errors-no-member = There is no such member.
errors-only-administrators = Only the owner and administrators may do this.
errors-only-administrators-page = Only the owner and administrators may see this page.
errors-only-owner-page = Only the owner may see this page.
errors-only-managers-page = Only those who look after others may see this page.
errors-set-up-first = Latchkey is not set up yet. Open /setup in a browser, or POST /api/v1/setup/owner.
errors-internal = Something went wrong here. Try again; the owner finds the cause in the log.
errors-store-unavailable = The database isn't answering right now. Nothing was changed. Try again in a few seconds.
errors-too-many-tries = { $seconds ->
    [one] Too many tries. Wait 1 second.
   *[other] Too many tries. Wait { $seconds } seconds.
}
errors-overloaded = There is too much to do at once. Try again in a few seconds.
errors-plex-not-answering = Plex isn't answering right now. Nothing is wrong with your account. Try again in a moment.
errors-plex-start-again = Plex no longer accepts this sign-in. Start again.
errors-method = This address does not take that method.
errors-too-slow = This took too long. Try again.
errors-other-site = This request came from another site. Open the page here and try again.
errors-no-address = This request has no address.
errors-no-host = This request does not say which host it is for.
errors-two-tokens = This request carries two different login tokens. Send one.
errors-json-wanted = Send JSON, with the header Content-Type: application/json.
errors-form-wanted = Send this as a form (application/x-www-form-urlencoded).
errors-form-incomplete = The form is incomplete. Load the page again and fill it in once more.
errors-query = The query can't be read: a parameter is there twice, or its value is not of the kind that is wanted.
errors-body-not-object = The body is not what this address takes: expected an object.
# $what: one of those below, down to errors-body-form.
errors-body = The body is not what this address takes: { $what }.
errors-body-too-short = it ends too early
errors-body-not-json = it is not JSON (line { $line }, column { $column })
errors-body-expected-number = expected a whole number
errors-body-expected-text = expected text
errors-body-expected-flag = expected true or false
errors-body-expected-list = expected a list
errors-body-expected-object = expected an object
errors-body-missing = missing field `{ $field }`
errors-body-form = a value has the wrong form
errors-body-goes-on = The body goes on after the JSON value.
errors-body-too-large = The body is too large: at most { $most } KiB.
errors-body-unreadable = The body could not be read. Send it again.
errors-started-already = This Plex sign-in was started already. Start again.
errors-bare-plex-token = A bare Plex token is not accepted here: it may have been issued to another app. Send pinId and code of a PIN that was made with this server's client identifier.
errors-pin-over = This PIN has run out, was used already, or was made with another client identifier. Start again.
errors-send-pin = Send pinId and code of a Plex PIN.
errors-pin-id = pinId is the number that plex.tv gave the PIN.
errors-pin-code = code is the code that plex.tv gave the PIN.

# The page around them.
errors-401 = Please sign in
errors-401-usual = This page is for members.
errors-403 = Not for you
errors-403-usual = You may not see or do this. If you think you should, ask the owner.
errors-404 = Nothing here
errors-404-usual = There is no page at this address. It may have moved, or the address has a slip in it.
errors-405 = Not like this
errors-405-usual = This address doesn't answer to that. Go back and try another way.
errors-413 = Too much at once
errors-413-usual = What was sent is too large.
errors-429 = A little slower
errors-429-usual = Too many tries in a short time. Wait a minute and try again.
errors-503 = Not ready yet
errors-503-usual = This site isn't ready right now. Try again in a minute.
errors-500 = That went wrong
errors-500-usual = Something broke on our side. Try again in a minute; the owner can look it up in the log.
errors-other = That didn't work
errors-other-usual = Go back and try again.
errors-to-start = Back to the start
errors-to-sign-in = Go to the sign-in page
errors-request = Request
