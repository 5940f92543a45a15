/// Classes that break one wall each, so that the walls are seen to fall. Nothing else uses them, and nothing runs them.
package dev.hz3.bench.architecture.rogue;
