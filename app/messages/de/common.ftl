common-tokens = { $count ->
    [one] 1 Token
   *[other] { $count } Tokens
}

common-just-now = gerade eben
common-minutes-ago = { $count ->
    [one] vor 1 Minute
   *[other] vor { $count } Minuten
}
common-hours-ago = { $count ->
    [one] vor 1 Stunde
   *[other] vor { $count } Stunden
}
common-days-ago = { $count ->
    [one] vor 1 Tag
   *[other] vor { $count } Tagen
}
common-months-ago = { $count ->
    [one] vor 1 Monat
   *[other] vor { $count } Monaten
}
common-years-ago = { $count ->
    [one] vor 1 Jahr
   *[other] vor { $count } Jahren
}
common-list = { $first }, { $second }
