/**
 * A report as headings, sentences, tables and charts, and its faces: text, Markdown, one HTML file,
 * CSV, JSON. Knows nothing of benchmarks.
 */
package kvbench.document;
