package org.zennet.containers;

/** What every backend does in the same way: one table of scenarios, written down by what they are about. */
abstract class ScenarioTable extends ProgramScenarios { }
