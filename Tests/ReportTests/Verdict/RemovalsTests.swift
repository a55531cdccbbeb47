import Report
import Testing

/// The sentence on what each population's removal does to choices.
@Suite struct RemovalsTests {
  @Test func reversedAndDestroyedChoicesAreToldApart() {
    let removals = Removals(
      groups: ["colour context", "motion context"], intact: [1, 0.99],
      without: [[0.52, 0.1], [0.98, 0.97], [1, 0.2]])
    #expect(
      removals.sentence
        == "In the circuit, removing population 1 reverses choices in the motion context (10.0\u{A0}% right) and destroys them "
        + "in the colour context (52.0\u{A0}% right); removing population 3 reverses choices in the motion context "
        + "(20.0\u{A0}% right).", "\(removals.sentence)")
  }

  @Test func whatIsNotSeenIsNotSaid() {
    let robust = Removals(groups: ["all trials"], intact: [1], without: [[0.7], [0.9]])
    #expect(robust.sentence.contains("No single population") && robust.sentence.contains("70.0\u{A0}%"))
    // A circuit that does not do the task in a context has nothing to lose there.
    let unable = Removals(groups: ["a", "b"], intact: [0.6, 0.95], without: [[0.1, 0.5]])
    #expect(
      unable.sentence == "In the circuit, removing population 1 destroys choices in b (50.0\u{A0}% right).")
    #expect(Removals(groups: ["a"], intact: [0.6], without: [[0.1]]).sentence.isEmpty)
    #expect(Removals(groups: ["a"], intact: [1], without: []).sentence.isEmpty)
  }
}
