common-tokens = { $count ->
    [one] 1 Token
   *[other] { $count } Tokens
}
