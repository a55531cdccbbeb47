// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

/// The version that `kappa --version` prints and that output files name.
public let kappaVersion = "0.2.0"
