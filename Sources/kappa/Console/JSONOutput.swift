import Studies

/// Prints one JSON document on stdout.
func printJSON(_ value: some Encodable) throws { Console.print(try StudyJSON.text(value)) }
