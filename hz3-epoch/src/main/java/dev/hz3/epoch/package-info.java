/// The calendar: one turn of upkeep, its steps in the one right order, each within a budget.
package dev.hz3.epoch;
