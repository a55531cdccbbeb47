import ArgumentParser

/// Arithmetic of a network's units.
enum Precision: String, CaseIterable, ExpressibleByArgument {
  case double, single
}
