# What stands on more than one page.
common-tokens = { $count ->
    [one] 1 token
   *[other] { $count } tokens
}

common-just-now = just now
common-minutes-ago = { $count ->
    [one] 1 minute ago
   *[other] { $count } minutes ago
}
common-hours-ago = { $count ->
    [one] 1 hour ago
   *[other] { $count } hours ago
}
common-days-ago = { $count ->
    [one] 1 day ago
   *[other] { $count } days ago
}
common-months-ago = { $count ->
    [one] 1 month ago
   *[other] { $count } months ago
}
common-years-ago = { $count ->
    [one] 1 year ago
   *[other] { $count } years ago
}
common-list = { $first }, { $second }
