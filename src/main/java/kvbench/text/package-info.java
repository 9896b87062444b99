/**
 * What a model reads and writes as text: the scripted scenarios, their prompts, and the tokenizer
 * between text and ids. Knows no session and no cache.
 */
package kvbench.text;
