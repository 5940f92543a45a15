/// The proofs of the walls: rules that the compiler cannot keep, and proofs that it keeps the others.
///
/// Read in this order: [ModuleWallsTest] compares the picture in the documents with the module descriptors, [WallRules] has the rules
/// about classes, [WallRulesTest] checks each of them three times (it holds, it has something to look at, it can
/// fail), [RogueModuleTest] compiles the outsiders of [CompilerWalls], [WallReport] prints all of this in lines, [ReadmeTest] compiles what the README shows. The classes in `rogue`
/// break one rule each, on purpose.
///
/// These tests run on the class path, because they look at all modules at once.
package dev.hz3.bench.architecture;
