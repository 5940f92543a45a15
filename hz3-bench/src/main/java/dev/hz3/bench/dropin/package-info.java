/// Programs that use Netty and Arrow, on this heap and on the libraries' own allocators: how fast, and what stays after a burst.
///
/// Read in this order: [DropInRow] is what to run and the bar, [ProgramRun] is one program run once, in a process of its own, [DropInFinding] is what came of a row, and
/// [dev.hz3.bench.observe.CurvesSvg] its picture. The programs are the examples of the adapters. They stand on the class path, and no module here requires them.
package dev.hz3.bench.dropin;
