# Mitgliedschaft, die Plex folgt, und Übernehmen aus Plex.
membership-title = Wer bei Plex noch Zugang hat
membership-lead = Latchkey fragt Plex immer wieder, mit wem du { $server } teilst. Mit wem du nicht mehr teilst, wird abgemeldet und verliert die Anmeldetokens, sobald zwei Antworten hintereinander das sagen.
membership-every = Plex wird alle { $minutes ->
    [one] Minute
   *[other] { $minutes } Minuten
} gefragt.
membership-never = Plex wird nicht von selbst gefragt: Die Prüfung ist in den Einstellungen ausgeschaltet.
membership-only-administrators = Diese Seite ist nur für die, die den Haushalt führen oder verwalten.
membership-checked = Letzte Prüfung
membership-checked-never = Noch keine
membership-good = Letzte glaubwürdige Liste
membership-check-now = Jetzt prüfen
membership-checked-now = Geprüft.
membership-missing = Wartet auf eine zweite Antwort
membership-missing-hint = Diese Personen fehlten in der letzten Antwort von Plex. Sie bleiben angemeldet, bis eine weitere Antwort das bestätigt.
membership-out = Kein Zugang mehr
membership-out-hint = Plex hat zweimal gesagt, dass mit ihnen nichts geteilt ist. Sobald du wieder teilst, kommen sie durch Anmelden zurück.
membership-none = Niemand.
membership-no-server = Es ist kein Medienserver gewählt, also gibt es niemanden, nach dem man Plex fragen könnte. Wähle einen in den Einstellungen.
membership-no-token = Plex akzeptiert die gespeicherte Anmeldung des Haushalts nicht mehr. Wer den Haushalt führt, meldet sich ab und mit Plex wieder an.
membership-under-way = Eine Prüfung läuft gerade. Warte eine Minute und sieh dann noch einmal nach.
membership-ended = Dein Zugang ist beendet: Der Medienserver wird nicht mehr mit dir geteilt. Frag, wer den Haushalt führt.
membership-problem = Latchkey konnte nicht prüfen, wer bei Plex noch Zugang hat.
membership-problem-plex-trouble = Plex hat nicht geantwortet. Nichts wurde geändert; die Prüfung wird von selbst wiederholt.
membership-problem-token-refused = Plex akzeptiert deine Anmeldung nicht mehr. Melde dich ab und mit Plex wieder an. Nichts wurde geändert.
membership-problem-no-token = Es fehlt eine Plex-Anmeldung, mit der gefragt werden kann. Melde dich ab und mit Plex wieder an. Nichts wurde geändert.
membership-problem-empty = Die Liste von Plex war leer. Sie wurde nicht geglaubt und nichts geändert. Teilst du wirklich mit niemandem mehr, schalte diese Personen unter „Personen“ aus.
membership-problem-partial = Die Liste von Plex hatte Lücken. Sie wurde nicht geglaubt und nichts geändert. Die Prüfung wird von selbst wiederholt.
membership-problem-server-missing = Laut der Liste von Plex hat niemand Zugang zum Medienserver. Sie wurde nicht geglaubt und nichts geändert. Teilst du ihn wirklich mit niemandem mehr, schalte diese Personen unter „Personen“ aus.
membership-problem-too-many-gone = Auf der Liste von Plex fehlten die meisten Mitglieder auf einmal. Sie wurde nicht geglaubt und nichts geändert. Hast du wirklich all diese Freigaben beendet, schalte diese Personen unter „Personen“ aus.
membership-import = Aus Plex übernehmen
membership-import-lead = Diese Personen stehen bei Plex auf deiner Liste und sind hier noch keine Mitglieder. Wen du aufnimmst, kann sich sofort anmelden.
membership-import-none = Alle, mit denen du teilst, sind schon Mitglieder.
membership-import-all = Alle ankreuzen
membership-import-nobody = Niemanden ankreuzen
membership-import-pending = Eingeladen, noch nicht angenommen
membership-import-child = Kinderprofil
membership-import-add = Angekreuzte aufnehmen
membership-import-nothing = Niemand ist angekreuzt. Kreuze an, wen du aufnehmen willst.
membership-import-done = { $count ->
    [one] 1 Person wurde aufgenommen.
   *[other] { $count } Personen wurden aufgenommen.
}
membership-import-people = Personen auf deiner Liste bei Plex
