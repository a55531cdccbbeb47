import LowRank
