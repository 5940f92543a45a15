/// The front door: `NativeHeap`, thread caches, arenas; the module that an application requires.
package dev.hz3.heap;
