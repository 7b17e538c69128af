# Setting up a device: on the device, and on the phone that lets it in.
pair-title = Set up this device
pair-qr = QR code that opens this site on your phone
pair-scan = On your phone, scan the code, or open { $address } and type
pair-say-who-for = Say who the device is for, and let it in.
pair-look-again = Look here again: it goes on by itself.
pair-waiting = Waiting for you to say yes on your phone
pair-in = This device is signed in.
pair-ended = One moment…
pair-life-minutes = { $minutes ->
    [one] This code is good for 1 more minute.
   *[other] This code is good for { $minutes } more minutes.
}
pair-life-over = This code has run out.
pair-not-let-in = Not let in
pair-declined = Somebody said no to this device. If that was a slip, try again with a new code.
pair-new-code = Get a new code

pair-tablet = Set up a tablet
pair-is-it-you = Is it you?
pair-let-in-question = Let this device in?
pair-device-in = The device is in
pair-not-for-you = Not for you
pair-open-on-tablet = On the tablet, open { $address }. It shows a code.
pair-code = The code on the tablet
pair-go-on = Go on
pair-device = Device
pair-address = Address
pair-asked = Asked
pair-confirm = A device wants to be let in. Sign in once more first, so that nobody else says yes for you.
pair-sign-in-again = Sign in again
pair-who = Who is it for?
pair-who-hint = It is signed in as this person.
pair-only-if = Only say yes if this device is in front of you.
pair-name = What is it called?
pair-yes = Let it in
pair-no = No
pair-another-code = Enter another code
pair-done-you = <b>{ $device }</b> is signed in as you. It goes on by itself in a moment.
pair-done-other = <b>{ $device }</b> is signed in as <b>{ $name }</b>. It goes on by itself in a moment.
pair-done-lost = If it is ever lost or given away, revoke its login token: it is signed out at once.
pair-done = Done
pair-declined-here = The device was not let in. There is nothing else to do.
pair-another = Set up another one

pair-wrong-code = No device is waiting with that code. Codes last five minutes and work once; look at the device again.
pair-say-yes-or-no = Say yes or no to the device.
pair-say-who = Say who the device is for.
pair-browser-on-system = { $browser } on { $system }
pair-unknown-browser = Unknown browser
