switch-title = Konto wechseln
switch-question = Zu einem anderen Konto wechseln?
switch-lead = Du bist als <b>{ $current }</b> angemeldet. Dieser Link ist für <b>{ $other }</b> ({ $device }).
switch-yes = Zu { $name } wechseln
switch-no = Als { $name } angemeldet bleiben
