/// What an operation of a box costs: the benchmarks of JMH by box, shown in words, compared with what was kept.
///
/// Read in this order: [CostedBox] knows which benchmarks are whose, [CostRun] lets JMH run them, [CostFile] reads what JMH has written,
/// [Cost] is one figure with its noise, [CostDifference] is two of them, [CostText] is what a person reads.
package dev.hz3.bench.cost;
