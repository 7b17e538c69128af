# Membership that follows Plex, and import from Plex.
membership-title = Who still has access at Plex
membership-lead = Latchkey asks Plex again and again whom you share { $server } with. Whoever you no longer share it with is signed out and loses their login tokens, once two answers in a row say so.
membership-every = Plex is asked every { $minutes ->
    [one] minute
   *[other] { $minutes } minutes
}.
membership-never = Plex is not asked by itself: the check is switched off in the settings.
membership-only-administrators = Only the owner and administrators may see this page.
membership-checked = Last check
membership-checked-never = Not yet
membership-good = Last list that could be believed
membership-check-now = Check now
membership-checked-now = Checked.
membership-missing = Waiting for a second answer
membership-missing-hint = Plex’s last answer left these people out. They stay signed in until another answer confirms it.
membership-out = No access any more
membership-out-hint = Plex said twice that nothing is shared with them. They come back by signing in, as soon as you share with them again.
membership-none = Nobody.
membership-no-server = No media server is chosen, so there is nobody to ask Plex about. Choose one in the settings.
membership-no-token = Plex doesn’t accept the owner’s sign-in any more. The owner signs out and signs in with Plex again.
membership-under-way = A check is under way. Wait a minute, then look again.
membership-ended = Your access ended: the media server is no longer shared with you. Ask the owner.
membership-problem = Latchkey could not check who still has access at Plex.
membership-problem-plex-trouble = Plex didn’t answer. Nothing was changed; the check is tried again by itself.
membership-problem-token-refused = Plex doesn’t accept your sign-in any more. Sign out and sign in with Plex again. Nothing was changed.
membership-problem-no-token = There is no Plex sign-in of the owner to ask with. Sign out and sign in with Plex again. Nothing was changed.
membership-problem-empty = Plex’s list of people was empty, so it was not believed and nothing was changed. If you really share with nobody any more, switch those people off under People.
membership-problem-partial = Plex’s list of people had gaps, so it was not believed and nothing was changed. The check is tried again by itself.
membership-problem-server-missing = On Plex’s list nobody has access to the media server, so it was not believed and nothing was changed. If you really share it with nobody any more, switch those people off under People.
membership-problem-too-many-gone = Most members were missing from Plex’s list at once, so it was not believed and nothing was changed. If you really ended all these shares, switch those people off under People.
membership-import = Import from Plex
membership-import-lead = These people are on your list at Plex and are no members here yet. Whoever you add can sign in at once.
membership-import-none = Everybody you share with is a member already.
membership-import-all = Tick everybody
membership-import-nobody = Tick nobody
membership-import-pending = Invited, not accepted yet
membership-import-child = Child’s profile
membership-import-add = Add the ticked people
membership-import-nothing = Nobody is ticked. Tick the people you want to add.
membership-import-done = { $count ->
    [one] 1 person was added.
   *[other] { $count } people were added.
}
membership-import-people = People on your list at Plex
