/// The observatory: burst/idle, trace replay, JMH per box, peers, and the proofs of the walls.
package dev.hz3.bench;
