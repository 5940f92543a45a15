/// What a contender's process does: one measurement, and one line that says what came of it.
///
/// Read in this order: [Instrument] is the list of measurements, [Reading] what one yields, [Measured] the contender, which is a
/// constant of its process, [Pace] how long things run. Then the measurements themselves.
package dev.hz3.bench.compare.measure;
