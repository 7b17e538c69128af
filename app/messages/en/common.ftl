# What stands on more than one page.
common-tokens = { $count ->
    [one] 1 token
   *[other] { $count } tokens
}
