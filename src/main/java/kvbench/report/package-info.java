/** Reads results and contexts and lays them out as tables. Measures nothing, touches no native. */
package kvbench.report;
