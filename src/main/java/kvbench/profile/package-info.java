/** What JMH reports beside the time: profilers, each found by its name. */
package kvbench.profile;
