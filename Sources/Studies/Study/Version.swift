/// The version that `kappa --version` prints and that output files name.
public let kappaVersion = "0.1.0"
