/**
 * Where a model's weights come from: finds its folder, checks its safetensors files and maps them,
 * or makes seeded random weights in their place.
 */
package kvbench.checkpoint;
