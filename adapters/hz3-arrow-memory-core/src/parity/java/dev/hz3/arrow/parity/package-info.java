/// Arrow's own tests on two allocation managers, and what came of them side by side.
package dev.hz3.arrow.parity;
