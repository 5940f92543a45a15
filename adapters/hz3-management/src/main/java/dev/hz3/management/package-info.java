/// A heap seen from outside: a bean for JMX, and a sample each second for Flight Recorder.
///
/// Begin with [HeapManagement#register].
package dev.hz3.management;
