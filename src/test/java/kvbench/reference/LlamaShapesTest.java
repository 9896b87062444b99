package kvbench.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kvbench.model.LlamaConfig;
import kvbench.model.Rope;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

class LlamaShapesTest {
    private static final Rope PLAIN_ROPE = new Rope(10_000, Optional.empty());

    @Test
    void multiHeadTakesKvHeadsAndHeadDimByDefault() {
        assertEquals(
                config(32, 64, 2, 4, 4, 8, 64, 1e-5, PLAIN_ROPE, true),
                LlamaShapes.MULTI_HEAD.config());
    }

    @Test
    void groupedSharesEachKvHeadAmongThree() {
        assertEquals(
                config(48, 80, 2, 6, 2, 8, 64, 1e-5, PLAIN_ROPE, false),
                LlamaShapes.GROUPED.config());
    }

    @Test
    void multiQueryHasOneKvHead() {
        assertEquals(
                config(32, 64, 2, 4, 1, 8, 64, 1e-6, PLAIN_ROPE, true),
                LlamaShapes.MULTI_QUERY.config());
    }

    @Test
    void oddSizesDivideNothing() {
        assertEquals(
                config(27, 37, 3, 6, 3, 8, 101, 0.01, new Rope(500, Optional.empty()), false),
                LlamaShapes.ODD_SIZES.config());
    }

    @Test
    void scaledRopeIsScaledAsLlama31() {
        var scaling = new Rope.Llama3Scaling(8, 1, 4, 64);
        assertEquals(
                config(32, 64, 2, 4, 2, 8, 64, 1e-5, new Rope(10_000, Optional.of(scaling)), true),
                LlamaShapes.SCALED_ROPE.config());
    }

    @Test
    void wideHeadsHaveTheThetaOfRopeParameters() {
        assertEquals(
                config(64, 96, 2, 2, 1, 64, 64, 1e-5, new Rope(500_000, Optional.empty()), false),
                LlamaShapes.WIDE_HEADS.config());
    }

    @Test
    void llama32HasEverythingAtOnce() {
        var scaling = new Rope.Llama3Scaling(32, 1, 4, 128);
        assertEquals(
                config(
                        64,
                        96,
                        2,
                        4,
                        1,
                        16,
                        64,
                        1e-5,
                        new Rope(500_000, Optional.of(scaling)),
                        true),
                LlamaShapes.LLAMA_3_2.config());
    }

    @Test
    void togetherTheyCoverWhatAnImplementationCanGetWrong() {
        assertEquals(Set.of(8, 16, 64), values(LlamaConfig::headDim));
        assertEquals(Set.of(true, false), values(LlamaConfig::tiedEmbeddings));
        assertEquals(Set.of(1, 2, 3, 4), values(config -> config.heads() / config.kvHeads()));
        assertEquals(
                Set.of(true, false), values(config -> config.hiddenSize() == config.queryWidth()));
        assertEquals(Set.of(true, false), values(config -> config.rope().scaling().isPresent()));
    }

    @Test
    void theNameOfAShapeIsInLowerCase() {
        assertEquals("scaled-rope", LlamaShapes.SCALED_ROPE.toString());
    }

    @Test
    void weightsAreThoseThatTheConfigCounts() {
        for (LlamaShapes shape : LlamaShapes.values()) {
            Function<String, float[]> weights = shape.weights(1);
            long elements =
                    RandomWeights.shapes(shape.config()).keySet().stream()
                            .mapToLong(name -> weights.apply(name).length)
                            .sum();
            assertEquals(shape.config().parameters(), elements, shape.toString());
        }
    }

    @Test
    void weightsDependOnNameAndSeedAlone() {
        String query = "model.layers.0.self_attn.q_proj.weight";
        String output = "model.layers.0.self_attn.o_proj.weight";
        float[] weights = LlamaShapes.MULTI_HEAD.weights(1).apply(query);

        assertTrue(Arrays.equals(weights, LlamaShapes.MULTI_QUERY.weights(1).apply(query)));
        assertTrue(!Arrays.equals(weights, LlamaShapes.MULTI_HEAD.weights(1).apply(output)));
        assertTrue(!Arrays.equals(weights, LlamaShapes.MULTI_HEAD.weights(2).apply(query)));
    }

    private static <T> Set<T> values(Function<LlamaConfig, T> property) {
        return EnumSet.allOf(LlamaShapes.class).stream()
                .map(shape -> property.apply(shape.config()))
                .collect(Collectors.toSet());
    }

    private static LlamaConfig config(
            int hidden,
            int intermediate,
            int layers,
            int heads,
            int kvHeads,
            int headDim,
            int vocab,
            double eps,
            Rope rope,
            boolean tied) {
        return new LlamaConfig(
                hidden,
                intermediate,
                layers,
                heads,
                kvHeads,
                headDim,
                vocab,
                512,
                eps,
                rope,
                tied,
                OptionalInt.of(1),
                List.of(2));
    }
}
