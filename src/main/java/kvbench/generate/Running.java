package kvbench.generate;

/** How a decoder's runs are made. */
public enum Running {
    /** The runtime launches each operator anew. */
    PLAIN,

    /**
     * Decode steps are recorded from one run and replayed as a whole: a CUDA graph, where the
     * session was made for it. Prompts are run plainly.
     */
    REPLAYED
}
