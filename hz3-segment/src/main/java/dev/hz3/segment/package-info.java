/// The anatomy: what memory is made of (segments, pages, runs, size classes, the address map) and what is in stock (central lists, pack pool).
package dev.hz3.segment;
