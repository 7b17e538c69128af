# One sentence a kind. $own: whether somebody did it to themselves ("yes" or "no").
activity-signed-in = { $who } signed in { $reason ->
    [plex] with Plex
    [password] with a password
    [token] with a login token
    [pairing] on a device that was let in
   *[other] here
}.
activity-signed-out = { $who } signed out.
activity-sign-in-refused = { $reason ->
    [wrong-password] A wrong password was tried for { $who }.
    [unknown-account] Somebody tried to sign in with an e-mail that nobody has here.
    [too-many-tries] Somebody was told to wait after too many tries.
    [membership-ended] { $who } was refused: the media server is no longer shared with them.
    [no-access] { $subject } was refused: that Plex account has no access to the media server.
    [invitation-pending] { $subject } was refused: the invitation to the media server is not accepted yet.
    [new-people-not-let-in] { $subject } was refused: new people don't come in by themselves.
    [managed-profile-not-allowed] { $subject } was refused: managed profiles of children are not let in.
    [plex-sign-in-off] { $subject } was refused: signing in with Plex is switched off.
    [no-media-server] { $subject } was refused: no media server is chosen yet.
    [disabled] { $subject ->
        [nobody] { $who } was refused: switched off here.
       *[other] { $subject } was refused: switched off here.
    }
   *[other] A sign-in was refused.
}
activity-token-made = { $own ->
    [yes] { $actor } made the login token “{ $subject }”.
   *[no] { $actor } made the login token “{ $subject }” for { $who }.
}
activity-token-regenerated = { $own ->
    [yes] { $actor } gave the login token “{ $subject }” a new value.
   *[no] { $actor } gave the login token “{ $subject }” of { $who } a new value.
}
activity-token-revoked = { $own ->
    [yes] { $actor } revoked the login token “{ $subject }”.
   *[no] { $actor } revoked the login token “{ $subject }” of { $who }.
}
activity-token-new-address = The login token “{ $subject }” of { $who } was used from a new address.
activity-token-refused = { $subject ->
    [nobody] A login token that doesn't work was refused.
   *[other] The login token “{ $subject }” of { $who } was refused: it has expired, or { $who } is switched off.
}
activity-device-approved = { $own ->
    [yes] { $actor } let in the device “{ $subject }”.
   *[no] { $actor } let in the device “{ $subject }” for { $who }.
}
activity-device-declined = { $actor } turned a device away.
activity-setting-changed = { $actor } changed the setting “{ $subject }”.
activity-session-secret-rotated = { $actor } made a new session secret: everybody was signed out.
activity-app-refused = { $who } was not let into { $subject }.
activity-app-changed = { $actor } changed the app “{ $subject }”.
activity-api-key-made = { $actor } made a new API key.
activity-api-key-refused = A wrong API key was refused.

activity-denied = Only those who look after others may see this list.

# The page.
activity-title = Activity
activity-search = Search
activity-person = Person
activity-everybody = Everybody
activity-kind = What
activity-all-kinds = Everything
activity-text = Name or address
activity-from = From
activity-to = To
activity-show = Show
activity-csv = Download as CSV
activity-list = What happened
activity-none = Nothing happened that fits.
activity-kept = Lines are kept for { $days ->
    [one] 1 day
   *[other] { $days } days
}. Times are UTC.
activity-newest = Newest
activity-older = Older
activity-pages = Pages
activity-times = { $count ->
    [one] once
   *[other] { $count } times
}
activity-last = last
activity-explain = Why?
activity-somebody = Somebody
activity-command-line = The command line
activity-chart-title = Sign-ins by day
activity-chart = { $count ->
    [one] 1 sign-in
   *[other] { $count } sign-ins
} in the last { $days } days
activity-chart-table = As a table
activity-chart-day = Day
activity-chart-count = Sign-ins
activity-group-sign-ins = Sign-ins and sign-outs
activity-group-refusals = Refusals
activity-group-tokens = Login tokens and devices
activity-group-people = Members
activity-group-site = Settings and secrets

activity-user-made = { $actor } added the member { $subject }.
activity-user-changed = { $own ->
    [yes] { $actor } changed their own account ({ $subject }).
   *[no] { $actor } changed the account of { $who } ({ $subject }).
}
activity-user-permissions = { $actor } changed the permissions of { $who } ({ $subject }).
activity-right-given = { $right }: given
activity-right-taken = { $right }: taken away
activity-right-others = for other programs
activity-user-switched-off = { $actor } switched { $who } off.
activity-user-switched-on = { $actor } switched { $who } on again.
activity-user-deleted = { $actor } deleted the member { $subject }.
activity-wrong-filter = Part of the filter can't be read. Days are written like 2026-09-14; person and before are numbers; kind is a word of the list.
activity-password-changed = { $who } changed their password.
activity-password-set = { $actor } set the password of { $who }.
activity-password-refused = A wrong present password was given for { $who }.
activity-reset-mailed = A link for choosing a password was mailed to { $who }.
activity-reset-link-made = { $actor } made a link with which { $who } chooses a password.
activity-password-reset = { $who } chose a password with a link.
activity-plex-linked = The Plex account { $subject } was linked to { $who }.
activity-plex-unlinked = The Plex account { $subject } was unlinked from { $who }.
activity-session-ended = { $actor } signed { $who } out on a device ({ $subject }).
activity-sessions-ended = { $actor } signed { $who } out on other devices.
activity-membership-ended = The media server is no longer shared with { $who } at Plex: sessions and login tokens ended.
activity-member-imported = { $who } was taken in from Plex by { $actor }.
