/** What JMH reports beside the time: profilers, each found by its class name. */
package kvbench.profile;
