"""`make prove`: people and programs write while everything is killed, slow or cut; then nothing is lost or doubled."""
