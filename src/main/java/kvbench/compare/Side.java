package kvbench.compare;

import kvbench.results.Run;

/**
 * One of the runs that are compared.
 *
 * @param name what its column is called
 */
public record Side(String name, Run run) {}
