// SPDX-License-Identifier: GPL-3.0-or-later
// Copyright (C) 2026 the Kappa developers

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// As many threads as the machine has cores for us.
func availableThreads() -> Int { ProcessInfo.processInfo.activeProcessorCount }
