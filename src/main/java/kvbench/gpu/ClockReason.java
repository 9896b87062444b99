package kvbench.gpu;

import java.util.ArrayList;
import java.util.List;

/**
 * Why a GPU's clocks are not higher than they are.
 *
 * <p>Source: {@code nvmlClocksEventReasons} of {@code nvml.h}, which earlier versions call throttle
 * reasons.
 */
enum ClockReason {
    GPU_IDLE(0x1, "gpu idle"),
    APPLICATIONS_CLOCKS_SETTING(0x2, "applications clocks setting"),
    SOFTWARE_POWER_CAP(0x4, "software power cap"),
    HARDWARE_SLOWDOWN(0x8, "hardware slowdown"),
    SYNC_BOOST(0x10, "sync boost"),
    SOFTWARE_THERMAL_SLOWDOWN(0x20, "software thermal slowdown"),
    HARDWARE_THERMAL_SLOWDOWN(0x40, "hardware thermal slowdown"),
    HARDWARE_POWER_BRAKE(0x80, "hardware power brake"),
    DISPLAY_CLOCK_SETTING(0x100, "display clock setting");

    private final long bit;
    private final String words;

    ClockReason(long bit, String words) {
        this.bit = bit;
        this.words = words;
    }

    /** The words for each bit of {@code mask}, lowest first; empty where nothing holds it back. */
    static List<String> words(long mask) {
        var words = new ArrayList<String>();
        long unnamed = mask;
        for (ClockReason reason : values()) {
            if ((mask & reason.bit) != 0) {
                words.add(reason.words);
                unnamed &= ~reason.bit;
            }
        }
        if (unnamed != 0) {
            words.add("reason 0x%x of a newer driver".formatted(unnamed));
        }
        return List.copyOf(words);
    }
}
