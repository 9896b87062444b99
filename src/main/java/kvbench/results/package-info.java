/** What a run left, as read from its files: JMH's results, turns, outcomes. Judges nothing. */
package kvbench.results;
