"""stable-baselines3: agents, their networks' dict, buffers, noise, stopping callbacks, evaluation."""

from __future__ import annotations

from typing import Any

from scripts.catalogue.rows import Only, Row, Table, names, rows
from scripts.catalogue.signatures import of, of_method
from scripts.catalogue.sources import Sources

DISTRIBUTION = "stable-baselines3"
ROOTS = ("stable_baselines3", "sb3_contrib")

_AGENTS = names("A2C DDPG DQN PPO SAC TD3")
_NO_CHOICE = names(
    "env action_noise rollout_buffer_class replay_buffer_class stats_window_size tensorboard_log "
    "optimize_memory_usage"
)
_HELD = names("policy_kwargs replay_buffer_kwargs rollout_buffer_kwargs")
# What those dicts hold.
_NETWORK = names("net_arch n_critics log_std_init features_dim n_sampled_goal goal_selection_strategy")
_CALLS: dict[str, dict[str, Row | str]] = {
    "common.callbacks.EvalCallback": {"n_eval_episodes": "evaluation"},
    "common.callbacks.StopTrainingOnMaxEpisodes": {"max_episodes": "training"},
    "common.callbacks.StopTrainingOnNoModelImprovement": {
        "max_no_improvement_evals": "training",
        "min_evals": "training",
    },
    "common.callbacks.StopTrainingOnRewardThreshold": {"reward_threshold": "training"},
    "common.evaluation.evaluate_policy": {"n_eval_episodes": "evaluation", "reward_threshold": "evaluation"},
    "common.env_util.make_vec_env": {"n_envs": "training"},
    "common.env_util.make_atari_env": {"n_envs": "training"},
    "common.vec_env.VecNormalize": {
        "clip_obs": "preprocessing",
        "clip_reward": "preprocessing",
        "gamma": "training",
    },
    "common.vec_env.VecFrameStack": {"n_stack": "preprocessing"},
    "common.noise.NormalActionNoise": {"mean": "training", "sigma": "training"},
    "common.noise.OrnsteinUhlenbeckActionNoise": {
        "mean": "training",
        "sigma": "training",
        "theta": "training",
        "dt": "training",
    },
    "common.atari_wrappers.AtariWrapper": {
        "noop_max": "preprocessing",
        "frame_skip": "preprocessing",
        "screen_size": "preprocessing",
    },
    "common.buffers.ReplayBuffer": {"buffer_size": "training"},
    "common.buffers.DictReplayBuffer": {"buffer_size": "training"},
    "her.her_replay_buffer.HerReplayBuffer": {
        "buffer_size": "training",
        "n_sampled_goal": "training",
        "goal_selection_strategy": "training",
    },
}


def read(sources: Sources) -> dict[str, Any]:
    """The agents with all that they train by; of the rest what shapes training or its judgement."""
    table: Table = {
        name: rows(of(sources, sources.get(f"stable_baselines3.{name}")), _kind) for name in _AGENTS
    }
    for dotted, kinds in _CALLS.items():
        found = sources.get(f"stable_baselines3.{dotted}")
        table[found.name] = rows(of(sources, found), Only(kinds))
    learn = of_method(sources, sources.get("stable_baselines3.PPO"), "learn")
    return {
        "parameters": {name: {"kind": "model"} for name in sorted(_NETWORK)},
        "callables": table,
        "methods": {"learn": rows(learn, Only({"total_timesteps": "training"}))},
    }


def _kind(name: str) -> Row | None:
    if name in _NO_CHOICE:
        return None
    if name in _HELD:
        return {"kind": "model", "holds": "params"}
    return {"kind": "model", "strict": True} if name == "policy" else {"kind": "training"}
