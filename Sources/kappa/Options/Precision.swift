import ArgumentParser
import Studies

extension Precision: ExpressibleByArgument {}
