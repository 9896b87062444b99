/** What every reader of files owes its user, whoever wrote the file: laws and nasty input. */
package kvbench.untrusted;
