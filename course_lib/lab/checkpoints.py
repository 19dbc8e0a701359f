"""Jupyter's checkpoints (File > Revert to Checkpoint) away from the learner's notebooks.

Jupyter lays a folder `.ipynb_checkpoints` beside every notebook that is saved. This keeps the same copies in one tree,
`.course/checkpoints`, in folders named as the notebooks' own: `w07_attention/lecture.ipynb` has its copy in
`.course/checkpoints/w07_attention/`. `course lab` gives this class to its server; nothing else uses it.
"""

import shutil
from pathlib import Path

from anyio.to_thread import run_sync
from jupyter_core.utils import ensure_dir_exists
from jupyter_server.services.contents.filecheckpoints import AsyncFileCheckpoints

FOLDER = Path(".course") / "checkpoints"


class CheckpointsApart(AsyncFileCheckpoints):
    """One checkpoint a file, in a tree beside the work instead of a folder in every folder."""

    def checkpoint_path(self, checkpoint_id: str, path: str) -> str:
        """Where a file's checkpoint lies; the folder is made. path: `w07_attention/lecture.ipynb`, from the root."""
        file = self.tree(path)
        with self.perm_to_403():
            ensure_dir_exists(str(file.parent))
        return str(file.with_name(f"{file.stem}-{checkpoint_id}{file.suffix}"))

    def tree(self, path: str) -> Path:
        """The place in the tree that belongs to a file or folder of the work."""
        return Path(self.root_dir) / FOLDER / path.strip("/")

    async def rename_all_checkpoints(self, old_path: str, new_path: str) -> None:
        """A renamed file takes its checkpoint along, a renamed folder all of them."""
        old, new = self.tree(old_path), self.tree(new_path)
        if not old.is_dir():
            await super().rename_all_checkpoints(old_path, new_path)  # type: ignore[no-untyped-call]
            return
        with self.perm_to_403():
            await run_sync(
                lambda: shutil.rmtree(new, ignore_errors=True)
            )  # of a folder that is gone: its name is taken
            ensure_dir_exists(str(new.parent))
            await run_sync(shutil.move, str(old), str(new))

    async def delete_all_checkpoints(self, path: str) -> None:
        """Nothing stays of a file or folder that was deleted, or its next namesake would inherit old checkpoints."""
        await super().delete_all_checkpoints(path)  # type: ignore[no-untyped-call]
        if (folder := self.tree(path)).is_dir():
            with self.perm_to_403():
                await run_sync(shutil.rmtree, folder)
