/// Arrow on hz3: [dev.hz3.arrow.Hz3AllocationManagerFactory] is all there is to see.
///
/// Arrow counts references and accounts for bytes itself; here a buffer is given its block, and takes it back.
package dev.hz3.arrow;
